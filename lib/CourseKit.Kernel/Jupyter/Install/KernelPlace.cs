using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The place of a kernel: the folder <c>kernels/NAME</c> in one of Jupyter's data folders.</summary>
/// <param name="DataFolder">Jupyter's data folder.</param>
/// <param name="Name">The kernel's name; <see cref="IsName"/> is true for it.</param>
public sealed partial record KernelPlace(string DataFolder, string Name)
{
    /// <summary>The name that the course's notebooks ask for.</summary>
    public const string DefaultName = "coursekit";

    /// <summary>What front ends call the kernel in their lists.</summary>
    public string DisplayName => Name == DefaultName ? "C# (CourseKit)" : $"C# ({Name})";

    /// <summary>The kernel's folder, which may not exist.</summary>
    public string Folder => Path.Combine(DataFolder, "kernels", Name);

    /// <summary>Whether a text can be a kernel's name: only lower-case letters, digits and <c>. _ -</c>, and not only dots.</summary>
    /// <param name="text">The text to check.</param>
    public static bool IsName(string text) => NamePattern().IsMatch(text) && text.Trim('.').Length > 0;

    /// <summary>The kernel that is installed in the folder; null if the folder does not exist or is empty.</summary>
    /// <exception cref="InstallException">The folder holds something that CourseKit did not install.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the folder.</exception>
    public InstalledKernel? Find()
    {
        var file = Path.Combine(Folder, KernelSpec.FileName);
        if (!Path.Exists(Folder) || (Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any()))
            return null;
        try
        {
            var spec = JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { AllowDuplicateProperties = false });
            if (spec?["metadata"]?["coursekit"] is JsonObject)
                return new InstalledKernel(KernelSpec.Program(spec["argv"]?.AsArray() ?? []), (string?)spec["env"]?[KernelInstaller.CheckoutVariable]);
            throw Foreign($"the kernel \"{spec?["display_name"]}\", which CourseKit did not install");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            throw Foreign($"something that is not a kernel of CourseKit's ({e.Message})");
        }
    }

    private InstallException Foreign(string what) => new(
        $"{Folder} holds {what}; it was left alone. Choose another name with --name, or remove it first (`jupyter kernelspec remove {Name}`, or delete that folder).");

    [GeneratedRegex(@"^[a-z0-9._-]+\z")]
    private static partial Regex NamePattern();
}
