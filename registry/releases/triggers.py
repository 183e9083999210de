"""The database's own guard of what may be listed, so that no code path and no mistake lists what nobody signed."""

import pgtrigger


def signed_before_listed() -> pgtrigger.Trigger:
    """Refuses to list a release, or to let more see it, unless every role that the rules ask for signed these very bytes for it.

    The rules are rows of ``registry_signoffrule``. A sign-off counts where nobody took it back, its signer had no hand in the release even
    since, and its organisation is one that the rule admits even since. Within a review nobody signs twice: constraints of
    ``registry_signoff`` see to that.
    """
    return pgtrigger.Trigger(
        name="signed_before_listed",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "visibility", "marking"),
        when=pgtrigger.Before,
        condition=pgtrigger.Condition("NEW.state = 'listed'"),
        declare=[("lacking", "text")],
        func="""
            SELECT string_agg(rule.role, ', ' ORDER BY rule.role) INTO lacking FROM registry_signoffrule rule
            WHERE rule.visibility = NEW.visibility AND rule.marking = NEW.marking AND NOT EXISTS (
                SELECT 1 FROM registry_signoff signed JOIN registry_review review ON review.id = signed.review_id
                JOIN registry_module module ON module.id = NEW.module_id
                LEFT JOIN accounts_apitoken token ON token.id = NEW.created_with_id
                WHERE review.release_id = NEW.id AND signed.role = rule.role AND signed.voided_at IS NULL
                AND signed.digest = NEW.digest AND signed.visibility = NEW.visibility AND signed.marking = NEW.marking
                AND (rule.signer = 'any' OR (signed.organisation_id = module.organisation_id) = (rule.signer = 'publisher'))
                AND signed.user_id IS DISTINCT FROM NEW.created_by_id AND signed.user_id IS DISTINCT FROM token.created_by_id
                AND NOT EXISTS (SELECT 1 FROM registry_contributor hand
                    WHERE hand.release_id = NEW.id AND hand.user_id = signed.user_id));
            IF lacking IS NOT NULL AND (TG_OP = 'INSERT'
                OR (OLD.state, OLD.visibility, OLD.marking) IS DISTINCT FROM (NEW.state, NEW.visibility, NEW.marking)) THEN
                RAISE EXCEPTION 'pgtrigger: release % lacks the sign-off of: %', NEW.id, lacking USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
