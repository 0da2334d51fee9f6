from django.db import models


class Item(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft"
        SOLD = "sold"

    name = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=30, decimal_places=2)
    status = models.CharField(max_length=10, choices=Status.choices, blank=True)
    note = models.TextField(null=True)
