/** HTML forms that carry files: signed ones for S3, and the reader of their bodies. */
@NullMarked
package io.penstock.aws.form;

import org.jspecify.annotations.NullMarked;
