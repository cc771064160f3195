package io.penstock.storage.bucket;

import io.penstock.storage.access.Caller.ProjectFacts;
import io.penstock.storage.metadata.Attributes;
import io.penstock.storage.metadata.Kind;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.JsonFields;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Buckets as the contract shows them (chapter 2.3), with the parts that lie in other tables: each
 * part of a whole list comes by one query. Thread-safe.
 */
@Component
public class BucketViews {
  private final Attributes attributes;
  private final Metadata metadata;
  private final SharingRows sharing;

  BucketViews(Attributes attributes, Metadata metadata, SharingRows sharing) {
    this.sharing = sharing;
    this.attributes = attributes;
    this.metadata = metadata;
  }

  /** As its detail shows it. */
  public JsonFields whole(Bucket bucket, ProjectFacts project, String baseUrl) {
    JsonFields json =
        BucketJson.of(bucket, project, baseUrl)
            .put("attributes", attributes.of(Kind.BUCKET, bucket.id()))
            .put("metadata", metadata.of(Kind.BUCKET, bucket.id()));
    Bucket.Shared shared = bucket.shared();
    if (shared != null) {
      List<Long> id = List.of(bucket.id());
      json.put("sharedBy", BucketJson.sharedBy(shared))
          .put(
              "sharingParameters",
              SharingService.parametersJson(sharing.named(id).getOrDefault(bucket.id(), List.of())))
          .put("linkedBy", linkedBy(sharing.links(id), bucket));
    }
    return json;
  }

  private static List<Map<String, Object>> linkedBy(
      Map<Long, List<SharingRows.LinkedBy>> links, Bucket bucket) {
    return links.getOrDefault(bucket.id(), List.of()).stream().map(BucketJson::linkedBy).toList();
  }

  /** As table objects show the bucket that they lie in: a detail with metadata, a list without. */
  public JsonFields ofTable(
      Bucket bucket, ProjectFacts project, String baseUrl, boolean withMetadata) {
    JsonFields json = BucketJson.of(bucket, project, baseUrl);
    return withMetadata ? json.put("metadata", metadata.of(Kind.BUCKET, bucket.id())) : json;
  }

  /** As a list shows them: attributes unless they are left out, the rest by name. */
  public List<Map<String, Object>> list(
      List<Bucket> buckets, Included included, ProjectFacts project, String baseUrl) {
    List<Long> ids = buckets.stream().map(Bucket::id).toList();
    boolean withAttributes = included.namesOrDefault("attributes");
    boolean withMetadata = included.names("metadata");
    Map<Long, List<Map<String, Object>>> attributesOf =
        withAttributes ? attributes.ofAll(Kind.BUCKET, ids) : Map.of();
    Map<Long, List<Map<String, Object>>> metadataOf =
        withMetadata ? metadata.ofAll(Kind.BUCKET, ids) : Map.of();
    boolean withLinks = included.names("linkedBuckets");
    Map<Long, List<SharingRows.LinkedBy>> links = withLinks ? sharing.links(ids) : Map.of();
    return buckets.stream()
        .map(
            bucket ->
                BucketJson.of(bucket, project, baseUrl)
                    .putIf(
                        withAttributes,
                        "attributes",
                        attributesOf.getOrDefault(bucket.id(), List.of()))
                    .putIf(
                        withMetadata, "metadata", metadataOf.getOrDefault(bucket.id(), List.of()))
                    .putIf(withLinks, "linkedBy", linkedBy(links, bucket))
                    .map())
        .toList();
  }
}
