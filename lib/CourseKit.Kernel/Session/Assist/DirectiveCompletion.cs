using System.Text.RegularExpressions;
using CourseKit.Kernel.Session.Directives;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Completes the names of directives and the file names in their arguments.</summary>
internal static partial class DirectiveCompletion
{
    /// <summary>
    /// Finds the completions for the line of a directive that is being typed. Null if the line takes none, or if the folder cannot be read.
    /// </summary>
    /// <param name="line">The line up to the position.</param>
    /// <param name="position">The position as an index into the cell.</param>
    /// <param name="folder">Relative paths start from this folder.</param>
    public static CompletionResult? Complete(string line, int position, string folder)
    {
        if (Name().Match(line) is { Success: true, Groups: var name })
        {
            return new(position - name[1].Length, position,
                [.. DirectiveTable.All.Where(directive => directive.Name.StartsWith(name[1].Value, StringComparison.OrdinalIgnoreCase))
                    .Select(directive => new CompletionEntry(directive.Name, "magic", $"{directive.Usage}: {directive.Help}"))]);
        }
        if (Reference().Match(line) is { Success: true, Groups: var library })
            return Files(library[1].Value, position, folder, [".dll"]);
        return Import().Match(line) is { Success: true, Groups: var file } ? Files(file[1].Value, position, folder, [".cs", ".csx", ".ipynb", ".dib"]) : null;
    }

    private static CompletionResult? Files(string path, int position, string folder, string[] extensions)
    {
        var cut = path.LastIndexOfAny(['/', '\\']) + 1;
        var typed = path[cut..];
        try
        {
            var entries = new DirectoryInfo(Path.GetFullPath(path[..cut].Replace('\\', '/'), folder)).EnumerateFileSystemInfos()
                .Where(entry => entry.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) && (typed.StartsWith('.') || !entry.Name.StartsWith('.')))
                .Where(entry => entry is DirectoryInfo || extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                .OrderBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase).Take(1000)
                .Select(entry => entry is DirectoryInfo ? new CompletionEntry(entry.Name + "/", "folder", null) : new CompletionEntry(entry.Name, "file", null));
            return new(position - typed.Length, position, [.. entries]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // The folder does not exist or may not be read.
        }
    }

    [GeneratedRegex(@"^\s*(#(?:!\S*|r)?)$")]
    private static partial Regex Name();

    [GeneratedRegex("""^\s*#r\s*"(?!nuget:)([^"]*)$""")]
    private static partial Regex Reference();

    [GeneratedRegex("""^\s*#!import\s+"?([^"]*)$""")]
    private static partial Regex Import();
}
