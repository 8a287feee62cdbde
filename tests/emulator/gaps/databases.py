"""Gaps of RDS. See emulator.py."""

from bench_emulator import patch


@patch
def instance_ids():
    # moto gives all instances one resource id, which the provider looks them up by.
    import hashlib
    from moto.rds.models import DBInstance

    DBInstance.dbi_resource_id = property(
        lambda self: "db-" + hashlib.sha256(self.db_instance_identifier.encode()).hexdigest()[:26].upper(),
        lambda self, value: None,
    )


@patch
def instance_monitoring():
    # moto takes these and does not give them back.
    from moto.rds.models import DBInstance

    def keep(self, kw):
        for arg, name in (
            ("monitoring_interval", "monitoring_interval"),
            ("monitoring_role_arn", "monitoring_role_arn"),
            ("enable_performance_insights", "performance_insights_enabled"),
            ("performance_insights_kms_key_id", "performance_insights_kms_key_id"),
            ("performance_insights_retention_period", "performance_insights_retention_period"),
        ):
            if kw.get(arg) is not None:
                setattr(self, name, kw[arg])

    init, update = DBInstance.__init__, DBInstance.update

    def new_init(self, *args, **kw):
        init(self, *args, **kw)
        keep(self, kw)

    def new_update(self, *args, **kw):
        update(self, *args, **kw)
        keep(self, kw)

    DBInstance.__init__, DBInstance.update = new_init, new_update
