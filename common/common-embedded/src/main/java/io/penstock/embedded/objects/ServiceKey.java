package io.penstock.embedded.objects;

import io.penstock.model.Secret;
import java.util.function.Predicate;

/**
 * A standing key of one of our own services.
 *
 * @param buckets the buckets it may use
 * @param mayWrite false: it may only read and list
 */
public record ServiceKey(
    String accessKeyId, Secret secret, Predicate<String> buckets, boolean mayWrite) {}
