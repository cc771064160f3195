package io.penstock.storage.file;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of files.
 *
 * @param largestUpload bytes that one {@code POST files} may bring through the API; what is larger
 *     goes straight to the bucket
 * @param concurrentUploads how many of them are taken at once, each with 16 MB of memory, three
 *     quarters of them for one project at most; further ones are answered 503
 */
@ConfigurationProperties("penstock.files")
record FileProperties(
    @DefaultValue("5GB") DataSize largestUpload, @DefaultValue("16") int concurrentUploads) {}
