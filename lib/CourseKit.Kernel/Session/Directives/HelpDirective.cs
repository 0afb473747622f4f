using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>
/// <c>#!help EXPRESSION</c>, or <c>NAME?</c> as a cell's last line: displays what is known about a type, member, variable or directive. A display and not
/// a page for the front end's pager: VS Code shows no more of a page than its plain text.
/// </summary>
internal static class HelpDirective
{
    public const string Name = "#!help";

    public static async Task RunAsync(DirectiveCall call)
    {
        if (call.Argument.Length == 0)
            throw new DirectiveException("#!help: expected what to tell of, as in #!help Math.Max; #!lsmagic lists the directives.");
        if (DirectiveTable.Find(call.Argument) is { } directive)
        {
            DisplayFunctions.display($"{directive.Usage}: {directive.Help}");
            return;
        }
        // For Math.Max(1, 2), help about the method is wanted. Without the closing parenthesis, the inspector finds the method that is called.
        var (page, near) = await call.Run.HelpAsync(call.Argument.TrimEnd(' ', ';', ')', '?'));
        if (page is null)
        {
            throw new DirectiveException($"#!help {call.Argument}: nothing is known of it. "
                + (near.Count > 0 ? $"Near it: {string.Join(", ", near)}." : "Expected a type, a member or a variable, as in #!help Math.Max."));
        }
        RunningCell.Emit(new DisplayOutput(page, null, IsUpdate: false));
    }
}
