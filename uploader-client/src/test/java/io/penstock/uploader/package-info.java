@NullMarked
package io.penstock.uploader;

import org.jspecify.annotations.NullMarked;
