package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.TypeMirror;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** The calls of kernels in Java sources, as the compiler understands them. */
final class KernelCalls extends TreePathScanner<Void, Void> {
  /** Whose methods take the name of a kernel and its arguments. */
  private static final Set<String> DOORS =
      Set.of("org.sparklora.tensor.Kernels", "org.sparklora.model.Pass");

  private final Trees trees;
  private final List<Call> calls = new ArrayList<>();

  private KernelCalls(Trees trees) {
    this.trees = trees;
  }

  /**
   * @param where file and line
   * @param method of {@link Kernels}: says what comes back
   * @param kernels the names that the call may have
   * @param arguments the Java types of what the kernel is given
   */
  record Call(String where, String method, List<String> kernels, List<String> arguments) {}

  /** All calls in these sources, which may use each other and the class path. */
  static List<Call> in(Iterable<? extends JavaFileObject> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    JavacTask task = (JavacTask) compiler.getTask(null, null, said, options, null, sources);
    KernelCalls scanner = new KernelCalls(Trees.instance(task));
    try {
      var units = task.parse();
      task.analyze();
      assertEquals(List.of(), said.getDiagnostics());
      units.forEach(unit -> scanner.scan(new TreePath(unit), null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return scanner.calls;
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
    Element method = trees.getElement(getCurrentPath());
    if (method instanceof ExecutableElement called
        && called.isVarArgs()
        && DOORS.contains(called.getEnclosingElement().toString())
        && !DOORS.contains(caller())) {
      int name = called.getParameters().size() - 2;
      List<? extends ExpressionTree> all = call.getArguments();
      calls.add(
          new Call(
              where(call),
              called.getSimpleName().toString(),
              names(all.get(name)),
              all.subList(name + 1, all.size()).stream().map(this::type).toList()));
    }
    return super.visitMethodInvocation(call, null);
  }

  private String caller() {
    TreePath path = getCurrentPath();
    while (trees.getElement(path) == null || !trees.getElement(path).getKind().isClass()) {
      path = path.getParentPath();
    }
    return trees.getElement(path).toString();
  }

  private String where(MethodInvocationTree call) {
    var unit = getCurrentPath().getCompilationUnit();
    long start = trees.getSourcePositions().getStartPosition(unit, call);
    String path = unit.getSourceFile().getName();
    return path.substring(path.lastIndexOf('/') + 1) + ":" + unit.getLineMap().getLineNumber(start);
  }

  /** Of a literal, or of a choice between literals; none of anything else. */
  private static List<String> names(ExpressionTree name) {
    if (name instanceof LiteralTree literal) {
      return List.of((String) literal.getValue());
    } else if (name instanceof ParenthesizedTree inner) {
      return names(inner.getExpression());
    } else if (name instanceof ConditionalExpressionTree choice) {
      return Stream.of(choice.getTrueExpression(), choice.getFalseExpression())
          .flatMap(part -> names(part).stream())
          .toList();
    }
    return List.of();
  }

  private String type(ExpressionTree argument) {
    TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), argument));
    return type.toString();
  }
}
