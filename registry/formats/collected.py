"""What a reader gathers of what an artefact reaches and what a taker must set."""

from __future__ import annotations

from dataclasses import dataclass, field

from registry.formats.fragments import addresses_in, hosts_in, ordered, paths_in
from registry.formats.model import Reach, ToSet


@dataclass
class Collected:
    """What the workflows or bots of one artefact say together; names only."""

    applications: list[str | None] = field(default_factory=list)
    hosts: list[str | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)
    connections: list[str | None] = field(default_factory=list)
    queues: list[str | None] = field(default_factory=list)
    assets: list[str | None] = field(default_factory=list)
    variables: list[str | None] = field(default_factory=list)

    @property
    def reach(self) -> Reach:
        """Programs, windows and browsers, and hosts; both are target applications."""
        text = "\n".join(self.texts)
        hosts = ordered([*self.hosts, *hosts_in(text)])
        return Reach(ordered([*self.applications, *hosts]), hosts, paths_in(text), addresses_in(text))

    @property
    def to_set(self) -> ToSet:
        return ToSet(
            credentials=ordered(self.credentials),
            assets=ordered(self.assets),
            queues=ordered(self.queues),
            environment_variables=ordered(self.variables),
            connections=ordered(self.connections),
        )
