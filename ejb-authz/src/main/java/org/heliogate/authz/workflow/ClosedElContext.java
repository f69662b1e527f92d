package org.heliogate.authz.workflow;

import jakarta.el.ELContext;
import jakarta.el.ELException;
import jakarta.el.ELResolver;
import jakarta.el.ExpressionFactory;
import jakarta.el.FunctionMapper;
import jakarta.el.ImportHandler;
import jakarta.el.ValueExpression;
import jakarta.el.VariableMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An EL context in which one tree of maps is all there is: no beans, no classes, no imports, no
 * functions, no variables, no methods, nothing to write to. The grammar of {@link VariablePath}
 * already keeps everything else away from EL; this is the second wall.
 */
final class ClosedElContext extends ELContext {

  private final ELResolver resolver;

  ClosedElContext(Map<String, Object> tree) {
    this.resolver = new TreeResolver(tree);
  }

  /** Compiles one path; the result may be evaluated by several threads at once. */
  static ValueExpression compile(VariablePath path) {
    return Factory.INSTANCE.createValueExpression(
        new ClosedElContext(Map.of()), "${" + path + "}", Object.class);
  }

  @Override
  public ELResolver getELResolver() {
    return resolver;
  }

  @Override
  public @Nullable FunctionMapper getFunctionMapper() {
    return null;
  }

  @Override
  public @Nullable VariableMapper getVariableMapper() {
    return null;
  }

  @Override
  public @Nullable ImportHandler getImportHandler() {
    return null;
  }

  private static final class Factory {
    static final ExpressionFactory INSTANCE = ExpressionFactory.newInstance();
  }

  /** Resolves names in maps and refuses all else, so that EL never falls back to anything. */
  private static final class TreeResolver extends ELResolver {

    private final Map<String, Object> tree;

    TreeResolver(Map<String, Object> tree) {
      this.tree = tree;
    }

    @Override
    public @Nullable Object getValue(
        ELContext context, @Nullable Object base, @Nullable Object property) {
      Object scope = base == null ? tree : base;
      if (!(scope instanceof Map<?, ?> map) || !(property instanceof String name)) {
        throw new ELException("only the documented variables can be read");
      }
      context.setPropertyResolved(true);
      return map.get(name);
    }

    @Override
    public Object invoke(
        ELContext context,
        @Nullable Object base,
        @Nullable Object method,
        Class<?> @Nullable [] types,
        Object @Nullable [] parameters) {
      throw new ELException("methods cannot be called");
    }

    @Override
    public Class<?> getType(ELContext context, @Nullable Object base, @Nullable Object property) {
      throw new ELException("variables cannot be written");
    }

    @Override
    public void setValue(
        ELContext context,
        @Nullable Object base,
        @Nullable Object property,
        @Nullable Object value) {
      throw new ELException("variables cannot be written");
    }

    @Override
    public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
      return true;
    }

    @Override
    public @Nullable Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
      return String.class;
    }
  }
}
