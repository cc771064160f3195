/**
 * What the services share at their edges: JSON logs that hold no secret, the credential by which
 * services know each other, and the shape of an error's answer.
 *
 * <p>A service takes the shared settings by {@code spring.config.import:
 * classpath:penstock-service-defaults.yaml} in the first document of its YAML file. Imported
 * settings win over the document that imports them, so its own settings stand in a second document,
 * after {@code ---}. {@code spring.application.name} is the name that its log lines carry.
 *
 * <p>Several services may share a JVM (the quickstart). Logback, and with it the format, then
 * belongs to the JVM: the first context sets it up, later ones leave it as it is, and since all of
 * them import the same settings it does not matter which one was first. What differs between them,
 * the name, is a matter of the thread: see {@link io.penstock.service.ServiceName}.
 */
@NullMarked
package io.penstock.service;

import org.jspecify.annotations.NullMarked;
