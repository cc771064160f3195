package io.penstock.aws.form;

import java.net.URI;
import java.util.Map;

/**
 * What a browser needs to put one file straight into a bucket: {@code multipart/form-data} to the
 * address, with all of the fields and the part {@code file} last.
 *
 * @param fields in the order in which they are best sent
 */
public record PostForm(URI url, Map<String, String> fields) {}
