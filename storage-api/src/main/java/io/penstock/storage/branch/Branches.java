package io.penstock.storage.branch;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** A project's default branch: it is always there, and it is always called Main. */
@Service
class Branches {
  static final String NAME = "Main";
  private static final int MAX_DESCRIPTION = 10_000;

  private final JdbcClient jdbc;
  private final Changes changes;
  private final Events events;

  Branches(JdbcClient jdbc, Changes changes, Events events) {
    this.jdbc = jdbc;
    this.changes = changes;
    this.events = events;
  }

  record Branch(long id, String description, Instant created) {}

  Branch ofProject(Caller caller) {
    return jdbc.sql(
            "SELECT branch_id, branch_description, created_at FROM project WHERE id = :project")
        .param("project", caller.projectId())
        .query(
            (rs, _) -> new Branch(rs.getLong(1), rs.getString(2), rs.getTimestamp(3).toInstant()))
        .single();
  }

  /**
   * @param id the branch's number, or {@code default}
   */
  Branch require(Caller caller, String id) {
    Call.current().about("devBranch", id, null);
    if (!id.equals("default") && !id.equals(Long.toString(caller.project().branchId()))) {
      throw new PlatformException(ErrorCode.BRANCH_NOT_FOUND, "Branch not found");
    }
    return ofProject(caller);
  }

  Branch update(Caller caller, String id, Params params) {
    Branch branch = require(caller, id);
    String name = params.text("name");
    if (name != null && !name.equals(NAME)) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "Cannot rename %s branch: its name is fixed".formatted(NAME));
    }
    String description = params.text("description", branch.description());
    if (description.length() > MAX_DESCRIPTION) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "description may have %d characters at most".formatted(MAX_DESCRIPTION));
    }
    return changes.commit(
        200,
        () -> {
          jdbc.sql("UPDATE project SET branch_description = :text WHERE id = :project")
              .param("text", description)
              .param("project", caller.projectId())
              .update();
          events.append(
              Event.of("storage.devBranchUpdated", "Updated branch " + NAME, object(branch))
                  .with(Map.of("devBranchName", NAME)));
          return new Branch(branch.id(), description, branch.created());
        });
  }

  void refuseDeletion(Caller caller, String id) {
    Branch branch = require(caller, id);
    object(branch);
    throw new PlatformException(
        ErrorCode.VALIDATION, "Cannot delete %s branch: it is the default one".formatted(NAME));
  }

  private static AuditObject object(Branch branch) {
    String id = Long.toString(branch.id());
    Call.current().about("devBranch", id, NAME);
    return new AuditObject("devBranch", id, NAME);
  }
}
