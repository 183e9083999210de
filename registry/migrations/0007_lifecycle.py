"""What happens to modules after they are listed: quarantine, advisories, recalls, owners, transfers, retirement."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_signs'),
        ('registry', '0006_governance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='module',
            name='needs_owner',
            field=models.CharField(blank=True, max_length=11),
        ),
        migrations.AddField(
            model_name='module',
            name='owner_confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='module',
            name='owner_confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='module',
            name='owner_reminded_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='module',
            name='retired_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='module',
            name='review_by',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='module',
            name='support_by',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='module',
            name='support_until',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='module',
            name='status',
            field=models.CharField(choices=[('draft', 'Not listed yet'), ('listed', 'Listed'), ('deprecated', 'Deprecated'), ('yanked', 'Yanked'), ('retired', 'Retired')], default='draft', max_length=10),
        ),
        migrations.CreateModel(
            name='DigestVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('verdict', models.CharField(choices=[('allow', 'Allowed'), ('deny', 'Denied')], max_length=5)),
                ('reason', models.CharField(max_length=500)),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='FormerIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publisher', models.CharField(max_length=40)),
                ('slug', models.CharField(max_length=80)),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_identifiers', to='registry.module')),
            ],
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('steward', 'A steward'), ('publisher', 'Its publisher'), ('reports', 'Reports of two people'), ('denied_bytes', 'Its files are denied')], max_length=12)),
                ('reason', models.CharField(max_length=500)),
                ('set_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=500)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarantines', to='registry.release')),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('severity', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High'), ('critical', 'Critical')], max_length=8)),
                ('ranges', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=2000)),
                ('workaround', models.CharField(blank=True, max_length=2000)),
                ('days', models.PositiveSmallIntegerField()),
                ('recalled_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_reason', models.CharField(blank=True, max_length=500)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recalls', to='registry.module')),
                ('recalled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('releases', models.ManyToManyField(related_name='recalls', to='registry.release')),
                ('remedy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.release')),
            ],
        ),
        migrations.CreateModel(
            name='RecallNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('due_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, choices=[('stopped', 'We stopped it'), ('upgraded', 'We moved to another version'), ('not_in_use', 'We do not run it')], max_length=10)),
                ('text', models.CharField(blank=True, max_length=2000)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('acknowledged_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apitoken')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recall_notices', to='accounts.organisation')),
                ('recall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='registry.recall')),
            ],
        ),
        migrations.CreateModel(
            name='RecallHolding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_direct', models.BooleanField()),
                ('held', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.release')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='registry.recallnotice')),
            ],
        ),
        migrations.CreateModel(
            name='RecallOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('artefact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.artefact')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('recall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='registry.recall')),
                ('token', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apitoken')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Retirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ends_on', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
                ('override_reason', models.CharField(blank=True, max_length=500)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='retirement', to='registry.module')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='RetirementItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('robot_stopped', 'The robot is stopped'), ('access_removed', 'Its accounts and access are removed'), ('credentials_deleted', 'Its credentials are deleted'), ('schedule_removed', 'Its schedule is removed')], max_length=20)),
                ('told_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('done_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.attachment')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retirement_items', to='accounts.organisation')),
                ('retirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='registry.retirement')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('offer', 'Offered by its owner'), ('adoption', 'Asked for by who would look after it')], max_length=8)),
                ('identifier', models.CharField(max_length=121)),
                ('title', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=500)),
                ('begun_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('owner_agreed_at', models.DateTimeField(null=True)),
                ('receiver_agreed_at', models.DateTimeField(null=True)),
                ('steward_agreed_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('open', 'Waiting'), ('done', 'Passed on'), ('declined', 'Declined'), ('withdrawn', 'Taken back')], default='open', max_length=9)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=500)),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='registry.module')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('owner_agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('receiver_agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('steward_agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='UnsafeReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_trusted', models.BooleanField(default=False)),
                ('reason', models.CharField(max_length=2000)),
                ('reported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('outcome', models.CharField(choices=[('open', 'Open'), ('upheld', 'Led to a quarantine'), ('dismissed', 'Looked at, nothing found')], default='open', max_length=9)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unsafe_reports', to='registry.release')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReportDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('open', 'Open'), ('upheld', 'Led to a quarantine'), ('dismissed', 'Looked at, nothing found')], max_length=9)),
                ('reason', models.CharField(max_length=500)),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='registry.unsafereport')),
            ],
        ),
        migrations.CreateModel(
            name='Advisory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=16, unique=True)),
                ('summary', models.CharField(max_length=200)),
                ('details', models.TextField()),
                ('workaround', models.TextField(blank=True)),
                ('severity', models.CharField(choices=[('low', 'Low'), ('moderate', 'Moderate'), ('high', 'High'), ('critical', 'Critical')], max_length=8)),
                ('cvss', models.CharField(blank=True, max_length=240)),
                ('ranges', models.CharField(blank=True, max_length=120)),
                ('versions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list)),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list)),
                ('credits', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list)),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('module', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='advisories', to='registry.module')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-modified_at'], name='advisory_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ranges', ''), ('versions', []), _negated=True), name='advisory_names_versions')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='advisory',
            trigger=pgtrigger.compiler.Trigger(name='advisory_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9a669469fcf87a8cee5285418234bc70996fc632', operation='DELETE', pgid='pgtrigger_advisory_kept_96b40', table='registry_advisory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='advisory',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='c28cf686f8623e99a12e9077556ca965d4b75b06', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_bdb35', table='registry_advisory', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='digestverdict',
            index=models.Index(fields=['sha256', '-id'], name='verdict_latest'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='digestverdict',
            trigger=pgtrigger.compiler.Trigger(name='verdict_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='da2114b7764762c7a387f9da31792a0ff7af8c0a', operation='UPDATE OR DELETE', pgid='pgtrigger_verdict_kept_0a888', table='registry_digestverdict', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='digestverdict',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='76e467da56baf4f1389135c163ce70eb4ef55eae', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_145c5', table='registry_digestverdict', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='formeridentifier',
            constraint=models.UniqueConstraint(fields=('publisher', 'slug'), name='one_module_per_former_identifier'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formeridentifier',
            trigger=pgtrigger.compiler.Trigger(name='former_identifier_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c9929fa495a12fe9a8b43e4ccd5139ca880ee579', operation='UPDATE OR DELETE', pgid='pgtrigger_former_identifier_kept_6b90f', table='registry_formeridentifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formeridentifier',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='ad6394b3f25076f52bbb1de6de70ee44be38e19c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_72c42', table='registry_formeridentifier', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='quarantine',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('release',), name='one_open_quarantine_each'),
        ),
        migrations.AddConstraint(
            model_name='quarantine',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by__isnull', True), models.Q(('ended_by', models.F('set_by')), _negated=True), _connector='OR'), name='quarantine_ended_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantine',
            trigger=pgtrigger.compiler.Trigger(name='quarantine_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d69ae8e8cedce9e776364743adf1d86a067a9755', operation='DELETE', pgid='pgtrigger_quarantine_kept_b0144', table='registry_quarantine', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='quarantine',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='a5cfa62dd8d096c301a15f0609ac67d8c7937ec0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_43051', table='registry_quarantine', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recall',
            trigger=pgtrigger.compiler.Trigger(name='recall_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='dd2bb08aae63404188ba8420e4832ce16543c736', operation='DELETE', pgid='pgtrigger_recall_kept_a0ec1', table='registry_recall', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recall',
            trigger=pgtrigger.compiler.Trigger(name='recall_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "module_id", "ranges", "reason", "recalled_at" rows from % table\', TG_TABLE_NAME;', hash='bbffe3008842c70a9a2a1e08e77f5b47d5b2aeda', operation='UPDATE OF "module_id", "ranges", "reason", "recalled_at"', pgid='pgtrigger_recall_as_made_249c6', table='registry_recall', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recall',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='68c300b4954092f5f41ad8dfcdbfeec99250cb07', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_3bfd2', table='registry_recall', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='recallnotice',
            index=models.Index(condition=models.Q(('acknowledged_at__isnull', True)), fields=['due_at'], name='notice_outstanding'),
        ),
        migrations.AddConstraint(
            model_name='recallnotice',
            constraint=models.UniqueConstraint(fields=('recall', 'organisation'), name='one_notice_each'),
        ),
        migrations.AddConstraint(
            model_name='recallnotice',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_at__isnull', True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='acknowledged_with_an_answer'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recallnotice',
            trigger=pgtrigger.compiler.Trigger(name='notice_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bf87656280952fcc547e1e747fe14f31bae80dc1', operation='DELETE', pgid='pgtrigger_notice_kept_133d3', table='registry_recallnotice', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recallnotice',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='d08062513dca997329aec16f7e351dada5343a1a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_cce60', table='registry_recallnotice', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='recallholding',
            constraint=models.UniqueConstraint(fields=('notice', 'held'), name='one_holding_each'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recallholding',
            trigger=pgtrigger.compiler.Trigger(name='holding_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='821c3dbef700d29243c917eae49ccc5e17df2674', operation='UPDATE OR DELETE', pgid='pgtrigger_holding_kept_adff0', table='registry_recallholding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recallholding',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='d1855d103ba69f23c0726e05e14d6cdb8f91412e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_ce9a9', table='registry_recallholding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recalloverride',
            trigger=pgtrigger.compiler.Trigger(name='override_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='eb7801d4480be790fb4867c70cbcde47225c48b3', operation='UPDATE OR DELETE', pgid='pgtrigger_override_kept_06e18', table='registry_recalloverride', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recalloverride',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='96d4ff6b402bd7c7c332ccd236ecfbfce4c62822', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_7f50a', table='registry_recalloverride', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retirement',
            trigger=pgtrigger.compiler.Trigger(name='retirement_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0d214e91bd00d5611c025b1ac81da738b58580bb', operation='DELETE', pgid='pgtrigger_retirement_kept_df556', table='registry_retirement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retirement',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='ffe4a22f0bbbc752897b3b2eab5c1e595a2a2c25', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_cbd61', table='registry_retirement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='retirementitem',
            constraint=models.UniqueConstraint(fields=('retirement', 'organisation', 'item'), name='one_retirement_item_each'),
        ),
        migrations.AddConstraint(
            model_name='retirementitem',
            constraint=models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('evidence__isnull', False), _connector='OR'), name='done_with_evidence'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retirementitem',
            trigger=pgtrigger.compiler.Trigger(name='retirement_item_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='fd2d4c99f3fdb4d868e56a25873b44e01aeea73e', operation='DELETE', pgid='pgtrigger_retirement_item_kept_e5c19', table='registry_retirementitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retirementitem',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='8fc03aba0dafbf54833b240190a0c59d69643f01', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_9f7ab', table='registry_retirementitem', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', 'open')), fields=('module',), name='one_open_transfer_each'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('owner', models.F('receiver')), _negated=True), name='transferred_to_another'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'done'), _negated=True), models.Q(('kind', 'offer'), ('owner_agreed_by__isnull', False), ('receiver_agreed_by__isnull', False)), models.Q(('kind', 'adoption'), ('receiver_agreed_by__isnull', False), ('steward_agreed_by__isnull', False)), _connector='OR'), name='transferred_by_both_sides'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('owner_agreed_by__isnull', True), ('receiver_agreed_by__isnull', True), models.Q(('owner_agreed_by', models.F('receiver_agreed_by')), _negated=True), _connector='OR'), name='transferred_by_two_people'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transfer',
            trigger=pgtrigger.compiler.Trigger(name='transfer_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a221817c98abcf5d600fd8dab9b27ed160f84476', operation='DELETE', pgid='pgtrigger_transfer_kept_a936a', table='registry_transfer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transfer',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='c9edf1012864d88840b94553788bd0c5c87038fc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_73d5a', table='registry_transfer', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='unsafereport',
            constraint=models.UniqueConstraint(fields=('release', 'user'), name='one_report_a_person'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unsafereport',
            trigger=pgtrigger.compiler.Trigger(name='report_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='28e236414bd383df04dcc3f053f56dcb48afe6f0', operation='DELETE', pgid='pgtrigger_report_kept_4fd32', table='registry_unsafereport', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unsafereport',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='ba61629674d175ddc6006db7312527491942820a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_d3990', table='registry_unsafereport', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportdecision',
            trigger=pgtrigger.compiler.Trigger(name='report_decision_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8f0014bd674cd73929a544133712f8df089967d8', operation='UPDATE OR DELETE', pgid='pgtrigger_report_decision_kept_4db5c', table='registry_reportdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportdecision',
            trigger=pgtrigger.compiler.Trigger(name='not_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='751871e341a309132b07b0d211acf1f6846b1f1d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_not_truncated_a4214', table='registry_reportdecision', when='BEFORE')),
        ),
        migrations.RunSQL(  # what is listed already has a year from then, as whatever is listed from now on
            "UPDATE registry_module SET review_by = (latest_at + interval '1 year')::date WHERE latest_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
