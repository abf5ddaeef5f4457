package org.sparklora.template.tree;

/** A part of a template that has a value. */
public sealed interface Expression
    permits Expressions.Constant,
        Expressions.Name,
        Expressions.ListOf,
        Expressions.TupleOf,
        Expressions.MappingOf,
        Expressions.Attribute,
        Expressions.Element,
        Expressions.SliceOf,
        Expressions.Call,
        Expressions.MethodCall,
        Expressions.Filtered,
        Expressions.Tested,
        Operations.Not,
        Operations.And,
        Operations.Or,
        Operations.Conditional,
        Operations.Concatenation,
        Operations.Arithmetic,
        Operations.Power,
        Operations.Signed,
        Operations.Compared {
  Object value(Scope scope);
}
