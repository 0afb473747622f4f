using CourseKit.Kernel.Jupyter.Install;
using CourseKit.Preflight;

namespace CourseKit.Cli.Doctor;

/// <summary>Checks the kernel that notebooks ask for, in the folders where VS Code and Jupyter look for it.</summary>
internal static class KernelCheck
{
    private const string Name = "kernel", Remedy = "Run `coursekit kernel install`.", Effect = "VS Code and Jupyter cannot run the notebooks; `coursekit run` can";

    private static readonly string InPrefix = Path.DirectorySeparatorChar + Path.Combine("share", "jupyter");

    public static DoctorCheck Of()
    {
        var places = JupyterFolders.Searched.Select(folder => new KernelPlace(folder, KernelPlace.DefaultName)).ToList();
        try
        {
            foreach (var place in places)
            {
                if (place.Find() is { } kernel)
                    return Of(place, kernel);
            }
            return Limited($"no kernel '{KernelPlace.DefaultName}' in {string.Join(", ", places.Select(place => Path.GetDirectoryName(place.Folder)))}: {Effect}");
        }
        catch (Exception error) when (error is InstallException or UnauthorizedAccessException)
        {
            return new(Name, CheckStatus.Limited, error.Message, $"Remove it, then: {Remedy}");
        }
    }

    private static DoctorCheck Of(KernelPlace place, InstalledKernel kernel)
    {
        if (!File.Exists(kernel.Program))
            return Limited($"the kernel in {place.Folder} is to start {kernel.Program}, which is not there: {Effect}", place);
        try
        {
            if (!kernel.IsCurrent)
                return Limited($"the kernel in {place.Folder} is stale: it was installed from other code than this, and runs as it did then", place);
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            return Limited($"the kernel in {place.Folder} is damaged: {error.Message}", place);
        }
        return new(Name, CheckStatus.Ok, $"{place.Folder}{(kernel.GoneCheckout is { } gone ? $", installed from {gone}, which is no longer there (it works all the same)" : "")}", null);
    }

    // The remedy replaces the kernel in its own folder. A new kernel in the user's folder might be found only after the old one.
    private static DoctorCheck Limited(string found, KernelPlace? place = null) => new(Name, CheckStatus.Limited, found,
        place is null || place.DataFolder == JupyterFolders.User ? Remedy
        : place.DataFolder.EndsWith(InPrefix, StringComparison.Ordinal) ? $"Run `coursekit kernel install --prefix {place.DataFolder[..^InPrefix.Length]}`."
        : $"Remove {place.Folder}. {Remedy}");
}
