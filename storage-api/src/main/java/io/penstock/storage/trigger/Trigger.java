package io.penstock.storage.trigger;

import java.time.Instant;
import java.util.List;

/**
 * Runs a component's configuration after an import into one of its tables.
 *
 * @param lastRunAt when it fired last; its creation, before it ever did
 * @param tables ids such as {@code in.c-main.users}, in the order that was given
 */
record Trigger(
    long id,
    long projectId,
    String component,
    String configurationId,
    long runWithTokenId,
    int coolDownMinutes,
    Instant lastRunAt,
    long creatorId,
    String creatorDescription,
    List<String> tables) {}
