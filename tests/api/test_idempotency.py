"""A repeated request gets the first one's answer, whatever it was; nobody waits for ever on a process that died."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import AuditEvent
from api.idempotency import Reply, once_per_key
from registry.errors import RegistryError
from registry.releases.models import IdempotencyKey, Release
from tests.api.conftest import Caller
from tests.make import bpmn, make_organisation, make_token


def test_the_same_request_gets_the_same_answer(publisher: Caller) -> None:
    first, again = publisher.publish(key="k-1"), publisher.publish(key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert (first.has_header("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (False, "true")
    assert (Release.objects.count(), AuditEvent.objects.filter(action="release.published").count()) == (1, 1)


def test_a_refusal_is_repeated_too(publisher: Caller, is_problem) -> None:
    first, again = publisher.publish(key="k-1", licence=None), publisher.publish(key="k-1", licence=None)
    assert is_problem(first, 422, "licence_missing") == is_problem(again, 422, "licence_missing")
    assert again["Idempotent-Replayed"] == "true"


def test_another_body_under_the_same_key_is_refused(publisher: Caller, is_problem) -> None:
    publisher.publish(key="k-1")
    is_problem(publisher.publish(key="k-1", version="1.1.0"), 422, "idempotency_key_reused")
    is_problem(publisher.publish(key="k-1", data=bpmn("Other")), 422, "idempotency_key_reused")
    is_problem(publisher.publish("force-a/other", key="k-1"), 422, "idempotency_key_reused")
    assert Release.objects.count() == 1


def test_organisations_do_not_share_keys(publisher: Caller, neighbour: Caller) -> None:
    assert publisher.publish(key="k-1").status_code == 201
    assert neighbour.publish("force-b/update", key="k-1").status_code == 201


def test_a_token_out_of_scope_learns_nothing_from_a_key(publisher: Caller, is_problem) -> None:
    publisher.publish(key="k-1")
    is_problem(Caller(make_token("force-a", modules=("other",))).publish(key="k-1"), 403, "token_out_of_scope")


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "ø"])
def test_a_key_that_is_none(publisher: Caller, is_problem, key: str) -> None:
    response = publisher.form("/api/v1/modules/force-a/update/releases", {}, **{"Idempotency-Key": key})
    assert response.status_code == 422
    assert response.json()["code"] in ("idempotency_key_invalid", "artefact_missing")
    assert not IdempotencyKey.objects.exists()


def test_while_the_first_is_at_work_the_repeat_is_told_to_wait(db) -> None:
    organisation = make_organisation("force-a")

    def work() -> Reply:
        with pytest.raises(RegistryError) as caught:
            once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "{}"))
        assert (caught.value.code, caught.value.status) == ("request_in_flight", 409)
        return Reply(201, '{"url":"/x"}')

    assert once_per_key("k", organisation, "f" * 64, work) == Reply(201, '{"url":"/x"}')
    assert once_per_key("k", organisation, "f" * 64, work) == Reply(201, '{"url":"/x"}', is_replay=True)


def test_an_error_of_ours_frees_the_key(db) -> None:
    organisation = make_organisation("force-a")

    def broken() -> Reply:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once_per_key("k", organisation, "f" * 64, broken)
    assert once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "{}")).status == 200


def test_a_lost_process_holds_its_key_for_five_minutes(db) -> None:
    organisation = make_organisation("force-a")
    lost = IdempotencyKey.objects.create(organisation=organisation, key="k", fingerprint="f" * 64)
    _age(lost, minutes=4)
    with pytest.raises(RegistryError, match="at work"):
        once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "{}"))
    _age(lost, minutes=6)
    with pytest.raises(RegistryError, match="another request"):
        once_per_key("k", organisation, "e" * 64, lambda: Reply(200, "{}"))
    assert once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "{}")) == Reply(200, "{}")


def test_a_key_is_kept_for_a_day(db) -> None:
    organisation = make_organisation("force-a")
    once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "1"))
    row = IdempotencyKey.objects.get()
    _age(row, hours=23)
    assert once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "2")).text == "1"
    _age(row, hours=25)
    assert once_per_key("k", organisation, "e" * 64, lambda: Reply(200, "3")).text == "3"


def test_a_worker_that_was_given_up_does_not_overwrite_its_successor(db) -> None:
    organisation = make_organisation("force-a")

    def slow() -> Reply:
        _age(IdempotencyKey.objects.get(), minutes=6)
        assert once_per_key("k", organisation, "f" * 64, lambda: Reply(200, "second")).text == "second"
        return Reply(201, "first")

    once_per_key("k", organisation, "f" * 64, slow)
    assert once_per_key("k", organisation, "f" * 64, slow).text == "second"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_the_work() -> None:
    organisation, done, codes = make_organisation("force-a"), [], []
    gate = threading.Barrier(8)

    def send() -> None:
        gate.wait()
        try:
            once_per_key("k", organisation, "f" * 64, lambda: done.append(1) or Reply(200, "{}"))
        except RegistryError as error:
            codes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert set(codes) <= {"request_in_flight"}


def _age(row: IdempotencyKey, **passed: int) -> None:
    IdempotencyKey.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(**passed))
