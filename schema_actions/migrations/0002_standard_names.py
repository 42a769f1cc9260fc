"""Standard names of columns; what rows hold does not change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schema_actions", "0001_squashed_0_1_0")]

    operations = [
        migrations.RemoveConstraint("campaign", "schema_campaign_held_has_due_day"),
        migrations.RemoveConstraint("signedversion", "schema_signed_version_act_known"),
        migrations.RemoveConstraint("signedversion", "schema_signed_version_reason_given"),
        migrations.RenameField("campaign", "is_held", "is_hosted"),
        migrations.RenameField("entry", "values", "figures"),
        migrations.RenameField("signedversion", "act", "action"),
        migrations.RenameField("signedversion", "by", "signed_by"),
        migrations.RenameField("signedversion", "at", "signed_at"),
        migrations.RenameField("signedversion", "values", "figures"),
        migrations.AddConstraint(
            "campaign",
            models.CheckConstraint(
                condition=models.Q(is_hosted=False) | models.Q(due_on__isnull=False),
                name="schema_campaign_hosted_has_due_day",
            ),
        ),
        migrations.AddConstraint(
            "signedversion",
            models.CheckConstraint(
                condition=models.Q(
                    action__in=[
                        *("submitted", "taken_back", "agreed", "disagreed", "given_back"),
                        *("validated", "left_out", "corrected"),
                    ]
                ),
                name="schema_signed_version_action_known",
            ),
        ),
        migrations.AddConstraint(
            "signedversion",
            models.CheckConstraint(
                condition=~models.Q(
                    action__in=["disagreed", "given_back", "corrected"], reason=""
                ),
                name="schema_signed_version_reason_given",
            ),
        ),
    ]
