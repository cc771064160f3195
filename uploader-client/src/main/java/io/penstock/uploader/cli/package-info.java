/**
 * The command {@code penstock-uploader}. Progress goes to the terminal or, as plain lines, to
 * standard error; what a script may want to read, the one closing line, goes to standard output.
 */
@NullMarked
package io.penstock.uploader.cli;

import org.jspecify.annotations.NullMarked;
