using System.Runtime.InteropServices;
using CourseKit.Common;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>The list of all directives.</summary>
internal static class DirectiveTable
{
    /// <summary>The directives that do something.</summary>
    public static IReadOnlyList<Directive> Own { get; } =
    [
        new("#r", "#r \"Library.dll\"", "references an assembly; #r \"nuget: Id, version\" a package, which the .NET SDK fetches", DirectiveKind.Before, ReferenceDirective.RunAsync),
        new("#i", "#i \"nuget: source\"", "adds a URL or folder where later #r \"nuget: ...\" of this session look too", DirectiveKind.Before, PackageSourceDirective.RunAsync),
        new("#!import", "#!import file", "runs the cells of an .ipynb or .dib file here, or a .cs or .csx file; shows an .html, .js or .md file", DirectiveKind.InPlace, ImportDirective.RunAsync),
        new("#load", "#load \"file\"", "the same as #!import, as C# scripts write it", DirectiveKind.InPlace, ImportDirective.RunAsync),
        new("#!time", "#!time", "shows how long the cell took", DirectiveKind.Before, TimeDirective.RunAsync),
        new("#!who", "#!who", "lists the variables", DirectiveKind.InPlace, WhoDirective.Names),
        new("#!whos", "#!whos", "lists the variables with types and values", DirectiveKind.InPlace, WhoDirective.Values),
        new(HelpDirective.Name, "#!help expression", "tells what is known of a type, member or variable; so does its name with a ? behind it, as a cell's last line", DirectiveKind.InPlace, HelpDirective.RunAsync),
        new("#!html", "#!html", "displays the lines below as HTML", DirectiveKind.Block, OtherLanguages.Html),
        new("#!markdown", "#!markdown", "displays the lines below as Markdown", DirectiveKind.Block, OtherLanguages.Markdown),
        new("#!javascript", "#!javascript", "runs the lines below in the page", DirectiveKind.Block, OtherLanguages.JavaScript),
        new("#!mermaid", "#!mermaid", "displays the lines below as a Mermaid diagram where the page has Mermaid", DirectiveKind.Block, OtherLanguages.Mermaid),
        new("#!csharp", "#!csharp", "goes back to C# after another language", DirectiveKind.Before, _ => Task.CompletedTask),
        new(ValueDirective.Name, "#!value --name x", "keeps the lines below as a text; or with --from-file a file's, with --from-value the text behind it", DirectiveKind.Foreign, ValueDirective.RunAsync),
        new(ShareDirective.Name, "#!share x --from value", "makes a C# variable of what #!value keeps; --as y names it y", DirectiveKind.InPlace, ShareDirective.ShareAsync),
        new(ShareDirective.SetName, "#!set --name x --value y", "makes a C# variable of the text y; of @value:y, @csharp:y or @input:\"Question\"", DirectiveKind.InPlace, ShareDirective.SetAsync),
        new("#!connect", "#!connect kernel", "says that other kernels cannot be connected; cells for them are passed over", DirectiveKind.InPlace, OtherLanguages.Connect),
        new("#!about", "#!about", "tells the kernel's version", DirectiveKind.InPlace, About),
        new("#!lsmagic", "#!lsmagic", "lists the directives", DirectiveKind.InPlace, List),
    ];

    /// <summary>All directives: also those of the languages that are passed over.</summary>
    public static IReadOnlyList<Directive> All { get; } =
    [
        .. Own, .. CellLanguage.All.Where(language => !language.IsOurs).Select(language => OtherLanguages.PassedOver(language.Name, language.Title)),
    ];

    /// <summary>Finds a directive by its name; null if there is none. Case matters, but not in the names of languages.</summary>
    /// <param name="name">The name, such as <c>#!time</c>.</param>
    /// <param name="connected">The names of other kernels, as directives.</param>
    public static Directive? Find(string name, IReadOnlySet<string>? connected = null) => All.FirstOrDefault(directive => directive.Name == name)
        ?? (name.StartsWith("#!", StringComparison.Ordinal) && (DirectiveLine.IsConnected(name, connected) || CellLanguage.Find(name[2..]) is not null) ? OfLanguage(name[2..]) : null);

    /// <summary>The directive of a language, or of a kernel that is not known.</summary>
    public static Directive OfLanguage(string name) => CellLanguage.Find(name) is { } language
        ? All.First(directive => directive.Name == $"#!{language.Name}") : OtherLanguages.PassedOver(name, name);

    private static Task List(DirectiveCall call)
    {
        call.Run.Cancel.ThrowIfCancellationRequested();
        RunningCell.Emit(new DisplayOutput(Table.Bundle(["directive", "what it does"], [.. All.Select(directive => new[] { directive.Usage, directive.Help })]), null, false));
        return Task.CompletedTask;
    }

    private static Task About(DirectiveCall call)
    {
        DisplayFunctions.display($"CourseKit {ProductVersion.Of(typeof(DirectiveTable).Assembly)}: a kernel for C# notebooks, on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}.");
        return Task.CompletedTask;
    }
}
