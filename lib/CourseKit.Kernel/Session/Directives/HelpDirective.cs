using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!help EXPRESSION</c>: shows what is known about a type, member or variable.</summary>
internal static class HelpDirective
{
    public const string Name = "#!help";

    public static async Task RunAsync(DirectiveCall call)
    {
        if (call.Argument.Length == 0)
            throw new DirectiveException("#!help: expected what to tell of, as in #!help Math.Max; #!lsmagic lists the directives.");
        // For Math.Max(1, 2), help about the method is wanted. Without the closing parenthesis, the inspector finds the method that is called.
        var expression = call.Argument.TrimEnd(' ', ';', ')');
        RunningCell.Emit(new PageOutput(await call.Run.InspectAsync(expression)
            ?? throw new DirectiveException($"#!help {call.Argument}: nothing is known of it. Expected a type, a member or a variable, as in #!help Math.Max.")));
    }
}
