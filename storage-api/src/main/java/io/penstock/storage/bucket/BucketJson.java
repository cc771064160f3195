package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
        .put("isReadOnly", bucket.isLinked())
        .putIf(bucket.isLinked(), "isReadonly", true)
        .put("dataSizeBytes", bucket.bytes())
        .put("rowsCount", bucket.rows())
        .put("isMaintenance", false)
        .put("backend", project.backendLabel())
        .put("sharing", bucket.shared() == null ? null : bucket.shared().sharing())
        .put("hasExternalSchema", false)
        .put("databaseName", null)
        .put("path", database + "." + bucket.label())
        .put("backendPath", List.of(database, bucket.label()))
        .put("bucketSharingAllowed", !bucket.isLinked())
        .put("owner", bucket.owner() == null ? null : owner(bucket.owner()))
        .put("color", bucket.color())
        .put("isLinkedBucket", bucket.isLinked())
        .putIf(bucket.isLinked(), "sourceBucket", source(bucket.link()));
  }

  private static @Nullable Map<String, Object> source(Bucket.@Nullable Link link) {
    return link == null
        ? null
        : new JsonFields()
            .put("id", link.label())
            .put("name", link.name())
            .put("description", link.description())
            .put(
                "project",
                new JsonFields().put("id", link.projectId()).put("name", link.projectName()).map())
            .map();
  }

  static Map<String, Object> sharedBy(Bucket.Shared shared) {
    return new JsonFields()
        .put("id", shared.personId())
        .put("name", shared.personName())
        .put("date", Timestamps.format(shared.at()))
        .map();
  }

  static Map<String, Object> linkedBy(SharingRows.LinkedBy link) {
    return new JsonFields()
        .put("id", link.label())
        .put("created", Timestamps.format(link.created()))
        .put(
            "project",
            new JsonFields().put("id", link.projectId()).put("name", link.projectName()).map())
        .map();
  }

  static Map<String, Object> owner(Bucket.Owner owner) {
    return new JsonFields()
        .put("id", owner.id())
        .put("name", owner.name())
        .put("email", owner.email())
        .map();
  }
}
