using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!who</c> and <c>#!whos</c>: list the session's variables.</summary>
internal static class WhoDirective
{
    public static Task Names(DirectiveCall call) => Show(["variable"], call, variable => [variable.Name]);

    public static Task Values(DirectiveCall call) => Show(["variable", "type", "value"], call,
        variable => [variable.Name, PlainText.TypeName(variable.Type), PlainText.Cut(PlainText.Of(variable.Value, depth: 1).ReplaceLineEndings(" "), 100)]);

    private static Task Show(string[] columns, DirectiveCall call, Func<SessionVariable, string[]> row)
    {
        var rows = call.Run.Engine.Variables.OrderBy(variable => variable.Name, StringComparer.Ordinal).Select(row).ToList();
        if (rows.Count == 0)
            DisplayFunctions.display("No variables yet.");
        else
            RunningCell.Emit(new DisplayOutput(Table.Bundle(columns, rows), null, false));
        return Task.CompletedTask;
    }
}
