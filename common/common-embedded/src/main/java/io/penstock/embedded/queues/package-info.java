/**
 * ElasticMQ in the JVM, in memory: who sends keeps a message until its effect has come back, so
 * that none has to survive here.
 */
@NullMarked
package io.penstock.embedded.queues;

import org.jspecify.annotations.NullMarked;
