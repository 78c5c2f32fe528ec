import type { Areas } from '../../areas/areas.js'
import { DomainError } from '../../errors.js'
import type { BusinessCaseService } from '../service.js'
import { hasRegister } from '../transitions.js'
import type { ReportInput } from './input.js'
import { renderReport } from './report.js'

export interface ReportService {
  /** A business case as a page to be printed. */
  print(id: string, organisation: string): Promise<string>
}

interface Parts {
  businessCases: Pick<BusinessCaseService, 'find' | 'appraisal' | 'register' | 'realisation'>
  areas: Areas
  now?: () => Date
}

export function reportService({ businessCases, areas, now = () => new Date() }: Parts): ReportService {
  /** A case that cannot be appraised yet is printed all the same, and says why. */
  async function appraised(id: string, organisation: string, version: number): Promise<Pick<ReportInput, 'appraisal' | 'noAppraisalBecause'>> {
    try {
      return { appraisal: await businessCases.appraisal(id, organisation, version), noAppraisalBecause: null }
    } catch (error) {
      if (!(error instanceof DomainError) || (error.status !== 409 && error.status !== 422)) throw error
      return { appraisal: null, noAppraisalBecause: error.detail }
    }
  }

  return {
    async print(id, organisation) {
      const businessCase = await businessCases.find(id, organisation)
      return renderReport({
        businessCase,
        areaName: businessCase.area === null ? null : (areas.find(businessCase.area)?.area.name ?? null),
        ...(await appraised(id, organisation, businessCase.version)),
        register: hasRegister(businessCase.state) ? await businessCases.register(id, organisation) : null,
        realisation: hasRegister(businessCase.state) ? await businessCases.realisation(id, organisation) : null,
        madeAt: now().toISOString()
      })
    }
  }
}
