using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#!help EXPRESSION</c>: what is known of a type, member or variable.</summary>
internal static class HelpDirective
{
    public const string Name = "#!help";

    public static async Task RunAsync(DirectiveCall call)
    {
        if (call.Argument.Length == 0)
            throw new DirectiveException("#!help: expected what to tell of, as in #!help Math.Max; #!lsmagic lists the directives.");
        // In Math.Max(1, 2) the user asks for the method and not for its result.
        var expression = call.Argument.TrimEnd(' ', ';', ')');
        RunningCell.Emit(new PageOutput(await call.Run.InspectAsync(expression)
            ?? throw new DirectiveException($"#!help {call.Argument}: nothing is known of it. Expected a type, a member or a variable, as in #!help Math.Max.")));
    }
}
