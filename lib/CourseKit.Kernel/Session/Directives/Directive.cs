namespace CourseKit.Kernel.Session.Directives;

/// <summary>When a directive acts.</summary>
internal enum DirectiveKind
{
    /// <summary>Before the C# around it is compiled.</summary>
    Before,

    /// <summary>At its place, after the C# above it has run.</summary>
    InPlace,

    /// <summary>At its place, with the lines below it up to the next <c>#!</c> as its text.</summary>
    Block,

    /// <summary>At its place, with the lines below it up to the next language as its text. Directives among them are for that language's kernel.</summary>
    Foreign,
}

/// <summary>A line such as <c>#!who</c>.</summary>
/// <param name="Name">The directive's name, as it is written.</param>
/// <param name="Usage">The name with an example of the argument, such as <c>#!import file</c>.</param>
/// <param name="Help">One line on what it does.</param>
/// <param name="Kind">When the directive acts.</param>
/// <param name="RunAsync">Carries the directive out.</param>
internal sealed record Directive(string Name, string Usage, string Help, DirectiveKind Kind, Func<DirectiveCall, Task> RunAsync)
{
    /// <summary>Whether something may follow the name on its line.</summary>
    public bool TakesArgument => Usage != Name || Kind == DirectiveKind.Foreign;
}

/// <summary>One use of a directive.</summary>
/// <param name="Run">The cell that the directive stands in.</param>
/// <param name="Argument">The rest of the directive's line, without a comment; empty for directives that take none.</param>
/// <param name="Body">The lines that belong to a directive of the kind Block or Foreign; empty for other kinds.</param>
internal sealed record DirectiveCall(CellRun Run, string Argument, string Body);
