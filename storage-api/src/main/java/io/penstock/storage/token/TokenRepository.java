package io.penstock.storage.token;

import java.util.List;
import java.util.Optional;
import org.springframework.data.repository.Repository;

/** Tokens that were not deleted. */
interface TokenRepository extends Repository<Token, Long> {
  Token save(Token token);

  Optional<Token> findByIdAndProjectIdAndDeletedAtIsNull(long id, long projectId);

  List<Token> findByProjectIdAndDeletedAtIsNullOrderById(long projectId);
}
