package io.penstock.storage.job;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long synchronous calls wait for their jobs.
 *
 * @param syncWait then they are answered with the job; some clients give up after 30 seconds
 */
@ConfigurationProperties("penstock.jobs")
record AwaitProperties(@DefaultValue("25s") Duration syncWait) {}
