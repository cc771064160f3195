/**
 * An S3-compatible store in this JVM. S3Proxy speaks the protocol; who asks and what they may do is
 * decided here, request by request, and objects are plain files of our own format, sealed by Tink.
 *
 * <p>One file is one object: sealed parts, a sealed index that says where they are, and a short
 * trailer. A file gets its object's name only when it is complete and on disk, so that a crash
 * leaves the old object or the new one. Uploads that have not been completed live in memory and in
 * a temporary file: a restart forgets them.
 */
@NullMarked
package io.penstock.embedded.objects;

import org.jspecify.annotations.NullMarked;
