"""Gaps of S3. See emulator.py."""

from bench_emulator import patch


@patch
def bucket_metrics():
    # moto does not know the metrics of a bucket, and takes each call about them for
    # one about the bucket: one that sets them creates it again, which only works in
    # us-east-1, and one that deletes them deletes it, if it is empty.
    from moto.s3.responses import S3Response as Response

    kept = {}
    missing = (
        404,
        {},
        "<Error><Code>NoSuchConfiguration</Code><Message>The specified configuration does not exist.</Message></Error>",
    )
    get, put, delete = Response._bucket_response_get, Response._bucket_response_put, Response._bucket_response_delete

    def key(bucket, query):
        return bucket, query.get("id", [""])[0]

    def new_get(self, bucket_name, querystring):
        if "metrics" not in querystring:
            return get(self, bucket_name, querystring)
        body = kept.get(key(bucket_name, querystring))
        return (200, {}, body) if body else missing

    def new_put(self, request, bucket_name, querystring):
        if "metrics" not in querystring:
            return put(self, request, bucket_name, querystring)
        body = self.body if isinstance(self.body, str) else self.body.decode()
        kept[key(bucket_name, querystring)] = body
        return 200, {}, ""

    def new_delete(self, bucket_name, querystring):
        if "metrics" not in querystring:
            return delete(self, bucket_name, querystring)
        return (204, {}, "") if kept.pop(key(bucket_name, querystring), None) else missing

    Response._bucket_response_get, Response._bucket_response_put, Response._bucket_response_delete = new_get, new_put, new_delete
