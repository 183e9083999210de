"""Audit events get a number and are chained by their hashes; those there already are chained in the order they came in."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# ``accounts_audit_append_only`` hashes all that an event says; accounts/chain.py writes the same text. Two-number advisory locks of class 2
# are the chain's, those of class 1 publishing's. ``accounts_audit_chained`` has its owner's rights, so that the portal's own database role
# needs none to UPDATE.
FUNCTIONS = """
CREATE FUNCTION accounts_audit_unchained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := statement_timestamp();
    NEW.number := NULL;
    NEW.previous := '';
    NEW.hash := '';
    RETURN NEW;
END $$;

CREATE FUNCTION accounts_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head record;
BEGIN
    IF TG_OP = 'DELETE' OR OLD.number IS NOT NULL
        OR ROW(NEW.id, NEW.at, NEW.action, NEW.subject, NEW.organisation_id, NEW.user_id, NEW.token_id, NEW.detail)
        IS DISTINCT FROM ROW(OLD.id, OLD.at, OLD.action, OLD.subject, OLD.organisation_id, OLD.user_id, OLD.token_id, OLD.detail)
    THEN
        RAISE EXCEPTION 'Cannot update or delete audit events';
    END IF;
    IF NEW.number IS NULL THEN
        RETURN OLD;
    END IF;
    PERFORM pg_advisory_xact_lock(2, 0);
    SELECT number, hash INTO head FROM accounts_auditevent WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1;
    OLD.number := coalesce(head.number, 0) + 1;
    OLD.previous := coalesce(head.hash, repeat('0', 64));
    OLD.hash := encode(sha256(convert_to(jsonb_build_object(
        'action', OLD.action,
        'at', to_char(OLD.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'detail', OLD.detail,
        'id', OLD.id,
        'number', OLD.number,
        'organisation', (SELECT slug FROM accounts_organisation WHERE id = OLD.organisation_id),
        'previous', OLD.previous,
        'subject', OLD.subject,
        'token', OLD.token_id,
        'token_hint', (SELECT hint FROM accounts_apitoken WHERE id = OLD.token_id),
        'user', OLD.user_id
    )::text, 'UTF8')), 'hex');
    RETURN OLD;
END $$;

CREATE FUNCTION accounts_audit_chained() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE accounts_auditevent SET number = CASE WHEN TG_OP = 'UPDATE' THEN 0 END WHERE id = NEW.id AND number IS NULL;
    RETURN NULL;
END $$;

DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION accounts_audit_chained() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
"""
DROP = "DROP FUNCTION accounts_audit_unchained, accounts_audit_append_only, accounts_audit_chained"

CHAIN_WHAT_IS_THERE = """
DO $$
DECLARE
    event bigint;
BEGIN
    FOR event IN SELECT id FROM accounts_auditevent WHERE number IS NULL ORDER BY id LOOP
        UPDATE accounts_auditevent SET number = 0 WHERE id = event;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_signs'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        pgtrigger.migrations.RemoveTrigger(
            model_name='auditevent',
            name='append_only',
        ),
        migrations.RemoveIndex(
            model_name='auditevent',
            name='audit_by_organisation',
        ),
        migrations.AddField(
            model_name='auditevent',
            name='hash',
            field=models.CharField(db_default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='number',
            field=models.BigIntegerField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='previous',
            field=models.CharField(db_default='', editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['organisation', 'number'], name='audit_by_organisation'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['action', 'number'], name='audit_by_action', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['subject', 'number'], name='audit_by_subject', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='unchained', sql=pgtrigger.compiler.UpsertTriggerSql(execute='accounts_audit_unchained()', func="RAISE EXCEPTION 'not in use';", hash='7a7bf416986e6b9d44e0a802755e6a8661476fba', operation='INSERT', pgid='pgtrigger_unchained_15068', table='accounts_auditevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(execute='accounts_audit_append_only()', func="RAISE EXCEPTION 'not in use';", hash='5e1e22ccf69be4b30dd88aafca797c84632a6ec2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a0b21', table='accounts_auditevent', when='BEFORE')),
        ),
        migrations.RunSQL(CHAIN_WHAT_IS_THERE, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='auditevent',
            trigger=pgtrigger.compiler.Trigger(name='chained', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."number" IS NULL)', constraint='CONSTRAINT', execute='accounts_audit_chained()', func="RAISE EXCEPTION 'not in use';", hash='5970f3ecba359c026a7c31e4cdae99a1fc4845ed', operation='INSERT OR UPDATE', pgid='pgtrigger_chained_dda59', table='accounts_auditevent', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
    ]
