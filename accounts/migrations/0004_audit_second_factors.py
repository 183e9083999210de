"""Adding and removing a second factor is an event; allauth's code does it, so the database writes the event in that transaction."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION accounts_audit_factor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    factor mfa_authenticator;
    verb text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        factor := NEW;
        verb := 'added';
    ELSE
        factor := OLD;
        verb := 'removed';
    END IF;
    INSERT INTO accounts_auditevent (action, subject, user_id, detail)
    VALUES ('account.factor_' || verb, 'user ' || factor.user_id, factor.user_id, jsonb_build_object('type', factor.type));
    RETURN NULL;
END $$;

CREATE TRIGGER accounts_audit_factor AFTER INSERT OR DELETE ON mfa_authenticator
FOR EACH ROW EXECUTE FUNCTION accounts_audit_factor();
"""
BACKWARDS = "DROP TRIGGER accounts_audit_factor ON mfa_authenticator; DROP FUNCTION accounts_audit_factor;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_audit_chain"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
