package org.heliogate.authz.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.heliogate.authz.resource.NameSyntax;

/** The published JSON Schema of workflow documents (draft 2020-12), compiled. */
final class WorkflowSchema {

  private final String text;
  private final Schema schema;

  WorkflowSchema() {
    this.text = read();
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .locale(Locale.ROOT)
            .pathType(PathType.JSON_POINTER)
            .preloadSchema(true)
            .build();
    SchemaRegistry registry =
        SchemaRegistry.withDialect(
            Dialects.getDraft202012(), builder -> builder.schemaRegistryConfig(config));
    this.schema = registry.getSchema(text, InputFormat.JSON);
  }

  String text() {
    return text;
  }

  void validate(JsonNode document, DocumentFaults faults) {
    for (Error error : schema.validate(document)) {
      String pointer = error.getInstanceLocation().toString();
      String property = error.getProperty();
      if ("additionalProperties".equals(error.getKeyword()) && property != null) {
        faults.add(DocumentFaults.child(pointer, property), unknown(pointer));
      } else {
        faults.add(pointer, error.getMessage());
      }
    }
  }

  private static String unknown(String pointer) {
    return switch (pointer) {
      case "/roles" -> "a role's name must match " + NameSyntax.LABEL.pattern();
      case "/bootstrap/parameters" ->
          "a parameter's name must match " + NameSyntax.IDENTIFIER.pattern();
      default -> "unknown member";
    };
  }

  private static String read() {
    try (InputStream stream = WorkflowSchema.class.getResourceAsStream("workflow-schema.json")) {
      return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
