from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("response", "0005_banks_and_support"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="paymentstop",
            name="payment_stop_answer_known",
        ),
        migrations.RemoveIndex(
            model_name="paymentstop",
            name="payment_stop_inbox",
        ),
        migrations.RemoveField(
            model_name="paymentstop",
            name="bank",
        ),
    ]
