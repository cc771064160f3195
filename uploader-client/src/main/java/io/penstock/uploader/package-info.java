/**
 * Client of the Storage API: uploads CSV files into tables and reads them back.
 *
 * <p>{@link io.penstock.uploader.UploaderClient} is the way in. Data go to and from the object
 * store directly, with credentials that the API lends for one file; the API sees only calls.
 * Nothing is written to the local disk.
 */
@NullMarked
package io.penstock.uploader;

import org.jspecify.annotations.NullMarked;
