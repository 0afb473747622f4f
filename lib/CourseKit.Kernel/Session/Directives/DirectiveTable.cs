using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>The list of all directives.</summary>
internal static class DirectiveTable
{
    public static IReadOnlyList<Directive> All { get; } =
    [
        new("#r", "#r \"Library.dll\"", "references an assembly; #r \"nuget: Id, version\" a package, which the .NET SDK fetches", DirectiveKind.Before, ReferenceDirective.RunAsync),
        new("#i", "#i \"nuget: source\"", "adds a URL or folder where later #r \"nuget: ...\" of this session look too", DirectiveKind.Before, PackageSourceDirective.RunAsync),
        new("#!import", "#!import file", "runs the C# of a .cs, .csx, .ipynb or .dib file here", DirectiveKind.InPlace, ImportDirective.RunAsync),
        new("#!time", "#!time", "shows how long the cell took", DirectiveKind.Before, TimeDirective.RunAsync),
        new("#!who", "#!who", "lists the variables", DirectiveKind.InPlace, WhoDirective.Names),
        new("#!whos", "#!whos", "lists the variables with types and values", DirectiveKind.InPlace, WhoDirective.Values),
        new(HelpDirective.Name, "#!help expression", "tells what is known of a type, member or variable", DirectiveKind.InPlace, HelpDirective.RunAsync),
        new("#!html", "#!html", "displays the lines below as HTML", DirectiveKind.Block, call => Show(call, new() { { "text/html", call.Body } })),
        new("#!markdown", "#!markdown", "displays the lines below as Markdown", DirectiveKind.Block, call => Show(call, new() { { "text/markdown", call.Body } })),
        new("#!javascript", "#!javascript", "runs the lines below in the page", DirectiveKind.Block, Script),
        new("#!mermaid", "#!mermaid", "displays the lines below as a Mermaid diagram where the page has Mermaid", DirectiveKind.Block, Mermaid),
        new("#!csharp", "#!csharp", "goes back to C# after another language", DirectiveKind.Before, _ => Task.CompletedTask),
        new("#!lsmagic", "#!lsmagic", "lists the directives", DirectiveKind.InPlace, List),
    ];

    /// <summary>Finds a directive by its name (case matters); null if there is none. <c>#!c#</c> is <c>#!csharp</c>.</summary>
    public static Directive? Find(string name) => All.FirstOrDefault(directive => directive.Name == (name == "#!c#" ? "#!csharp" : name));

    private static Task List(DirectiveCall call) =>
        Show(call, Table.Bundle(["directive", "what it does"], [.. All.Select(directive => new[] { directive.Usage, directive.Help })]));

    // For a browser, the first </script> ends the script, even if it is inside a JavaScript string.
    private static Task Script(DirectiveCall call) => Show(call, new()
    {
        { "text/html", $"<script>{call.Body.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)}</script>" },
    });

    private static Task Mermaid(DirectiveCall call) => Show(call, new()
    {
        { "text/html", $"<pre class=\"mermaid\">{System.Net.WebUtility.HtmlEncode(call.Body)}</pre>" },
        { "text/plain", call.Body },
    });

    private static Task Show(DirectiveCall call, MimeBundle data)
    {
        call.Run.Cancel.ThrowIfCancellationRequested();
        RunningCell.Emit(new DisplayOutput(data, null, false));
        return Task.CompletedTask;
    }
}
