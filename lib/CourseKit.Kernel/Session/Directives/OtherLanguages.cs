using CourseKit.Kernel.Display;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>What happens to a cell's text in another language: it is shown, or passed over with a note.</summary>
internal static class OtherLanguages
{
    public static Task Markdown(DirectiveCall call) => Show(call, new() { { "text/markdown", call.Body } });

    public static Task Html(DirectiveCall call) => ShowUnlessShared(call, "HTML", new() { { "text/html", call.Body } });

    public static Task JavaScript(DirectiveCall call) => ShowUnlessShared(call, "JavaScript", new() { { "text/html", DisplayFunctions.ScriptElement(call.Body) } });

    public static Task Mermaid(DirectiveCall call) => ShowUnlessShared(call, "Mermaid", new()
    {
        { "text/html", $"<pre class=\"mermaid\">{System.Net.WebUtility.HtmlEncode(call.Body)}</pre>" },
        { "text/plain", call.Body },
    });

    /// <summary><c>#!connect</c> would start another kernel. Cells for that kernel must not be taken for C#, so its name is kept.</summary>
    public static Task Connect(DirectiveCall call)
    {
        var name = CellLanguage.ConnectedBy(call.Argument);
        if (name is not null)
            call.Run.Others.Connected.Add("#!" + name);
        return Note(call, $"Other kernels cannot be connected: this kernel runs C# only.{(name is null ? "" : $" Cells for {name} are passed over.")}");
    }

    /// <summary>The directive for a language that is not run here.</summary>
    /// <param name="name">The name in notebooks.</param>
    /// <param name="title">The name in messages.</param>
    public static Directive PassedOver(string name, string title) => new(
        $"#!{name}", $"#!{name}", $"passes over the lines below: this kernel does not run {title}", DirectiveKind.Foreign, call => Note(call, $"{title} is passed over: this kernel runs C# only."));

    // A page has no part in the kernel's variables, so a text that asks for some cannot be shown as it is meant.
    private static Task ShowUnlessShared(DirectiveCall call, string title, MimeBundle data) => call.Body.Split('\n').FirstOrDefault(DirectiveLine.IsShare) is { } share
        ? Note(call, $"{title} is passed over: it takes variables ({share.Trim()}), and this kernel shares none with it. Display it from C#, as in HTML($\"...{{x}}...\").")
        : Show(call, data);

    private static Task Show(DirectiveCall call, MimeBundle data)
    {
        call.Run.Cancel.ThrowIfCancellationRequested();
        RunningCell.Emit(new DisplayOutput(data, null, false));
        return Task.CompletedTask;
    }

    private static Task Note(DirectiveCall call, string text)
    {
        call.Run.Cancel.ThrowIfCancellationRequested();
        DisplayFunctions.display(text);
        return Task.CompletedTask;
    }
}
