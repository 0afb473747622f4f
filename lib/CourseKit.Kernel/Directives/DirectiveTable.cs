using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Directives;

/// <summary>All directives there are.</summary>
internal static class DirectiveTable
{
    public static IReadOnlyList<Directive> All { get; } =
    [
        new("#r", "#r \"path.dll\"  or  #r \"nuget: Id, version\"", "references an assembly, or a package that the .NET SDK fetches", DirectiveKind.Before, ReferenceDirective.RunAsync),
        new("#!csharp", "#!csharp", "back to C# after another language", DirectiveKind.InPlace, _ => Task.CompletedTask),
        new("#!lsmagic", "#!lsmagic", "lists the directives", DirectiveKind.InPlace, List),
    ];

    /// <summary>The directive of this name, in this case; null where there is none.</summary>
    public static Directive? Find(string name) => All.FirstOrDefault(directive => directive.Name == name);

    private static Task List(DirectiveCall call)
    {
        RunningCell.Emit(new DisplayOutput(Table.Bundle(["directive", "what it does"], [.. All.Select(directive => new[] { directive.Usage, directive.Help })]), null, false));
        return Task.CompletedTask;
    }
}
