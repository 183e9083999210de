"""Pages of people, members, invitations and tokens; one file per topic."""
