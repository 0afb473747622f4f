using System.Diagnostics;
using System.Security.Cryptography;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>JupyterLab's own renderers, from npm in the versions of package-lock.json. They are made into one script once, and kept in obj.</summary>
internal static class JupyterLab
{
    private static readonly string Source = Path.Combine(Course.Root, "tests", "notebooks.tests", "Pages", "JupyterLab");

    private static readonly string? Npm = Command.OnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm").FirstOrDefault();

    /// <returns>The folder of lab.js, lab.css, and the themes.</returns>
    public static async Task<string> BundleAsync()
    {
        var files = new[] { "package.json", "package-lock.json", "lab.js" };
        var content = files.SelectMany(file => File.ReadAllBytes(Path.Combine(Source, file))).ToArray();
        var kept = Path.Combine(Course.Root, "tests", "notebooks.tests", "obj", "jupyterlab", Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        if (Directory.Exists(kept))
            return kept;
        Assert.SkipWhen(Npm is null, "no npm on PATH, which brings JupyterLab's packages");
        using var work = new TempFolder();
        foreach (var file in files)
            File.Copy(Path.Combine(Source, file), work.PathOf(file));
        var fetched = await Run("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        Assert.SkipUnless(fetched.ExitCode == 0, $"npm could not fetch JupyterLab's packages: {fetched.Error}");
        var bundled = await Run("run", "bundle");
        Assert.True(bundled.ExitCode == 0, bundled.Output + bundled.Error);
        Directory.CreateDirectory(kept + ".part");
        foreach (var made in Directory.GetFiles(work.PathOf("out")))
            File.Copy(made, Path.Combine(kept + ".part", Path.GetFileName(made)), overwrite: true);
        Directory.Move(kept + ".part", kept);
        return kept;

        Task<CommandResult> Run(params string[] arguments) => Command.RunAsync(new ProcessStartInfo(Npm!, arguments) { WorkingDirectory = work.Root });
    }
}
