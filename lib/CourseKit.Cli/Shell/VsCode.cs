namespace CourseKit.Cli.Shell;

/// <summary>
/// What VS Code must be told before it completes C# in notebooks by itself. It asks a kernel only after characters that a setting names, and takes that
/// setting from the user's settings alone, not from those of a folder. Words of the notebook would take the place of members that are called alike.
/// </summary>
internal static class VsCode
{
    private const string Trigger = "\"jupyter.completionTriggerCharacters\"", Words = "\"editor.wordBasedSuggestions\"";

    /// <summary>The two settings, as they stand in a settings.json.</summary>
    public static IReadOnlyList<string> Settings { get; } = [Trigger + ": { \"csharp\": [\".\"] },", $"\"[csharp]\": {{ {Words}: \"off\" }},"];

    /// <summary>The user's settings.json, of the first kind of VS Code that has one; null if there is none.</summary>
    public static string? SettingsFile() => new[] { "Code", "Code - Insiders", "VSCodium" }
        .Select(kind => Path.Combine(Folder(), kind, "User", "settings.json")).FirstOrDefault(File.Exists);

    /// <summary>Whether a settings.json has both settings, whatever their values are. What cannot be read has none.</summary>
    public static bool HasSettings(string file)
    {
        try
        {
            return File.ReadAllText(file) is var text && text.Contains(Trigger, StringComparison.Ordinal) && text.Contains(Words, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Elsewhere GetFolderPath returns "" for a folder that does not exist, and another one on macOS.
    private static string Folder()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData);
        var home = Environment.GetEnvironmentVariable("HOME") ?? "";
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support")
            : Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(home, ".config");
    }
}
