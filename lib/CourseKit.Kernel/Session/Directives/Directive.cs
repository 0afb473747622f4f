namespace CourseKit.Kernel.Session.Directives;

/// <summary>When a directive acts.</summary>
internal enum DirectiveKind
{
    /// <summary>Before the C# around it is compiled.</summary>
    Before,

    /// <summary>At its place: the C# above it has run.</summary>
    InPlace,

    /// <summary>At its place, with the lines below it up to the next <c>#!</c> as its text.</summary>
    Block,
}

/// <summary>A line such as <c>#!who</c>.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Usage">How it is written with what belongs to it.</param>
/// <param name="Help">One line on what it does.</param>
/// <param name="Kind">When it acts.</param>
/// <param name="RunAsync">What it does.</param>
internal sealed record Directive(string Name, string Usage, string Help, DirectiveKind Kind, Func<DirectiveCall, Task> RunAsync);

/// <summary>One use of a directive.</summary>
/// <param name="Run">The cell it stands in.</param>
/// <param name="Argument">What follows on its line.</param>
/// <param name="Body">The lines below, of a block.</param>
internal sealed record DirectiveCall(CellRun Run, string Argument, string Body);
