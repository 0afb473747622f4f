using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>The libtorch that is used, against the GPU there is and what was asked for.</summary>
internal static class BackendCheck
{
    private const string Name = "backend";

    public static DoctorCheck Of(Machine machine)
    {
        var chosen = machine.Variable(LibTorchFolder.Variable);
        try
        {
            if (chosen is not null)
                LibTorchFolder.Libraries(chosen, machine.Build);
        }
        catch (NativeBackendException error)
        {
            return DoctorCheck.Broken(Name, error.Message, $"Install libtorch 2.10 there, or unset {LibTorchFolder.Variable} and run `dotnet build -c Release`.");
        }
        var (isBuilt, asked, gpu) = (LibTorchFolder.HasCuda(chosen ?? machine.Build), machine.Variable("TorchBackend"), Gpu.Of(machine));
        var found = $"built for {(isBuilt ? "CUDA" : "the CPU")}{(chosen is null ? "" : $", libtorch of {chosen}")}";
        return (isBuilt, asked, gpu) switch
        {
            (false, "cuda", _) => DoctorCheck.Limited(Name, $"TorchBackend is cuda, but {found}", "Build again: `dotnet build -c Release -p:TorchBackend=cuda` (about 2.5 GB to fetch)."),
            (true, "cpu", _) => DoctorCheck.Limited(Name, $"TorchBackend is cpu, but {found}", "Build again: `dotnet build -c Release -p:TorchBackend=cpu`."),
            (true, _, { IsUsable: false }) => DoctorCheck.Limited(Name, $"{found}, but there is no GPU to be used: notebooks run on the CPU",
                gpu.IsThere ? "See gpu." : "Nothing need be done; `dotnet build -c Release` makes a build a tenth of the size."),
            (false, not "cpu", { IsUsable: true }) => DoctorCheck.Limited(Name, $"{found}, while the GPU stands idle", "Build for it: `dotnet build -c Release -p:TorchBackend=cuda`; or set TorchBackend=cpu to leave it."),
            _ => DoctorCheck.Ok(Name, found),
        };
    }
}
