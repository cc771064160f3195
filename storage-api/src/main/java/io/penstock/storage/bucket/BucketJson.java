package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.List;
import java.util.Map;

/** The contract's bucket object (chapter 2.3). */
final class BucketJson {
  private BucketJson() {}

  /** What every answer has; {@link BucketViews} adds the parts. */
  static JsonFields of(Bucket bucket, ProjectFacts project, String baseUrl) {
    String uri = baseUrl + "/v2/storage/buckets/" + bucket.label();
    String database = Long.toString(project.id());
    return new JsonFields()
        .put("uri", uri)
        .put("id", bucket.label())
        .put("name", bucket.name())
        .put("displayName", bucket.displayName())
        .put("idBranch", project.branchId())
        .put("stage", bucket.stage())
        .put("description", bucket.description())
        .put("tables", uri + "/tables")
        .put("created", Timestamps.format(bucket.created()))
        .put("lastChangeDate", Timestamps.formatOrNull(bucket.lastChange()))
        .put("updated", Timestamps.formatOrNull(bucket.updated()))
        .put("isReadOnly", false)
        .put("dataSizeBytes", bucket.bytes())
        .put("rowsCount", bucket.rows())
        .put("isMaintenance", false)
        .put("backend", project.backendLabel())
        .put("sharing", null)
        .put("hasExternalSchema", false)
        .put("databaseName", null)
        .put("path", database + "." + bucket.label())
        .put("backendPath", List.of(database, bucket.label()))
        .put("bucketSharingAllowed", true)
        .put("owner", bucket.owner() == null ? null : owner(bucket.owner()))
        .put("color", bucket.color())
        .put("isLinkedBucket", false);
  }

  static Map<String, Object> owner(Bucket.Owner owner) {
    return new JsonFields()
        .put("id", owner.id())
        .put("name", owner.name())
        .put("email", owner.email())
        .map();
  }
}
