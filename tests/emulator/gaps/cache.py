"""Gaps of ElastiCache. See emulator.py."""

from bench_emulator import patch


@patch
def cache_groups():
    # moto has neither parameter groups nor user groups.
    from moto.core.responses import ActionResult, EmptyResult
    from moto.elasticache.exceptions import ElastiCacheException
    from moto.elasticache.models import ElastiCacheBackend as Backend
    from moto.elasticache.responses import ElastiCacheResponse as Response

    class ParameterGroupNotFound(ElastiCacheException):
        code = "CacheParameterGroupNotFound"

    class UserGroupNotFound(ElastiCacheException):
        code = "UserGroupNotFound"

    parameter_groups, user_groups = {}, {}

    def place(self, name):
        return self.current_account, self.region, name.lower()

    def arn(self, kind, name):
        return f"arn:aws:elasticache:{self.region}:{self.current_account}:{kind}:{name}"

    def tag(self, arn):
        self.elasticache_backend.tagging_service.tag_resource(arn, self._get_param("Tags", []) or [])

    def parameter_group(self):
        name = self._get_param("CacheParameterGroupName")
        if place(self, name) not in parameter_groups:
            raise ParameterGroupNotFound(f"CacheParameterGroup {name} not found.")
        return parameter_groups[place(self, name)]

    def create_cache_parameter_group(self):
        name = self._get_param("CacheParameterGroupName").lower()
        group = {
            "CacheParameterGroupName": name,
            "CacheParameterGroupFamily": self._get_param("CacheParameterGroupFamily"),
            "Description": self._get_param("Description"),
            "IsGlobal": False,
            "ARN": arn(self, "parametergroup", name),
        }
        parameter_groups[place(self, name)] = group, {}
        tag(self, group["ARN"])
        return ActionResult({"CacheParameterGroup": group})

    def describe_cache_parameter_groups(self):
        return ActionResult({"CacheParameterGroups": [parameter_group(self)[0]]})

    def modify_cache_parameter_group(self):
        group, values = parameter_group(self)
        for change in self._get_param("ParameterNameValues", []):
            values[change["ParameterName"]] = change["ParameterValue"]
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def describe_cache_parameters(self):
        values = parameter_group(self)[1]
        return ActionResult(
            {"Parameters": [{"ParameterName": n, "ParameterValue": v, "Source": "user"} for n, v in values.items()]}
        )

    def delete_cache_parameter_group(self):
        parameter_group(self)
        del parameter_groups[place(self, self._get_param("CacheParameterGroupName"))]
        return EmptyResult()

    def user_group(self):
        name = self._get_param("UserGroupId")
        if place(self, name) not in user_groups:
            raise UserGroupNotFound(f"UserGroup {name} not found.")
        return user_groups[place(self, name)]

    def create_user_group(self):
        name = self._get_param("UserGroupId").lower()
        group = {
            "UserGroupId": name,
            "Status": "active",
            "Engine": self._get_param("Engine"),
            "UserIds": self._get_param("UserIds", []),
            "MinimumEngineVersion": "7.2",
            "ReplicationGroups": [],
            "ARN": arn(self, "usergroup", name),
        }
        user_groups[place(self, name)] = group
        tag(self, group["ARN"])
        return ActionResult(group)

    def describe_user_groups(self):
        return ActionResult({"UserGroups": [user_group(self)]})

    def delete_user_group(self):
        group = user_group(self)
        del user_groups[place(self, group["UserGroupId"])]
        return ActionResult({**group, "Status": "deleting"})

    inner = Backend.list_tags_for_resource

    def list_tags_for_resource(self, arn):
        if ":parametergroup:" in arn or ":usergroup:" in arn:
            return self.tagging_service.list_tags_for_resource(arn)
        return inner(self, arn)

    Backend.list_tags_for_resource = list_tags_for_resource
    for call in (
        create_cache_parameter_group,
        describe_cache_parameter_groups,
        modify_cache_parameter_group,
        describe_cache_parameters,
        delete_cache_parameter_group,
        create_user_group,
        describe_user_groups,
        delete_user_group,
    ):
        setattr(Response, call.__name__, call)
