/**
 * What Penstock asks of AWS, as a few small ports: objects, scoped credentials, keys. Each has an
 * adapter for AWS and one that needs no cloud; which one a service uses is a matter of settings.
 */
@NullMarked
package io.penstock.aws;

import org.jspecify.annotations.NullMarked;
