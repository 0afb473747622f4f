using CourseKit.Cli.Shell;
using CourseKit.Preflight;

namespace CourseKit.Cli.Doctor;

/// <summary>Looks into the user's settings of VS Code. The check is never at fault: without the settings completion comes when it is asked for.</summary>
internal static class VsCodeCheck
{
    private const string Name = "vscode";

    public static DoctorCheck Of()
    {
        var file = VsCode.SettingsFile();
        if (file is not null && VsCode.HasSettings(file))
            return Ok($"{file} has the settings for completion in C# notebooks");
        return Ok($"completes C# in notebooks after a point if {(file is null ? "its user settings have" : $"{file} has")} {string.Join(' ', VsCode.Settings).TrimEnd(',')}; else after Ctrl+Space");
    }

    private static DoctorCheck Ok(string found) => new(Name, CheckStatus.Ok, found, null);
}
