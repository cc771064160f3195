package io.penstock.storage.people;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How customers are set up.
 *
 * @param region where this installation keeps its customers' data
 * @param bucketPrefix customers' buckets are named {@code {prefix}-org-{id}}; must be unique among
 *     all of AWS
 * @param bootstrapEmail the first super admin, made at the first start when nobody is there
 * @param bootstrapTokenFile where that person's Manage API token is written, mode 0600; absent:
 *     nobody is made
 */
@ConfigurationProperties("penstock.people")
record PeopleProperties(
    @DefaultValue("eu-central-1") String region,
    @DefaultValue("penstock") String bucketPrefix,
    @DefaultValue("admin@localhost") String bootstrapEmail,
    @Nullable String bootstrapTokenFile) {}
