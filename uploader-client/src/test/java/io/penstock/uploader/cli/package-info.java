@NullMarked
package io.penstock.uploader.cli;

import org.jspecify.annotations.NullMarked;
