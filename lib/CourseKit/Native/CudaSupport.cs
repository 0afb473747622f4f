using static TorchSharp.torch;

namespace CourseKit.Native;

/// <summary>What this build and this machine offer for tensors on a GPU.</summary>
/// <param name="Gpus">How many GPUs torch can use.</param>
/// <param name="IsBuilt">Whether the build's libtorch has CUDA.</param>
/// <param name="HasGpu">Whether the machine has a GPU that a build for CUDA could use.</param>
internal sealed record CudaSupport(int Gpus, bool IsBuilt, bool HasGpu)
{
    /// <summary>What this process has. The native backend must be loaded.</summary>
    public static CudaSupport Here
    {
        get
        {
            var isBuilt = NativeBackend.HasCuda;
            return new(isBuilt && cuda.is_available() ? cuda.device_count() : 0, isBuilt, Gpu.Of(Machine.Here).IsUsable);
        }
    }

    /// <summary>Why a GPU that seems to be wanted cannot be used; null if no GPU seems to be wanted, or if one can be used.</summary>
    public string? Missing => this switch
    {
        { Gpus: > 0 } or { IsBuilt: false, HasGpu: false } => null,
        { IsBuilt: true } => "built for CUDA, but torch finds no GPU it can use; `coursekit doctor` says why",
        _ => "there is an NVIDIA GPU, but the build is for the CPU; `dotnet build -c Release -p:TorchBackend=cuda` uses it",
    };
}
